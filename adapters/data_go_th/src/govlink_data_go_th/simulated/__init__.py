"""An in-process CKAN with the Thai extension's rules, without any web framework."""
