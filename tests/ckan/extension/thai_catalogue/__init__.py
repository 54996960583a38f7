"""What the Thai extension changes in a CKAN, written anew. Runs inside CKAN's environment, not in ours."""
