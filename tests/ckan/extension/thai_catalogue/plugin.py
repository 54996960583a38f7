"""The plugin: validators, no drafts, hidden resources, and a word about itself."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

from ckan import plugins

from . import validators


@toolkit.chained_action
@toolkit.side_effect_free
def status_show(next_action: Any, context: Any, data_dict: Any) -> Any:
    """Tells a client that the Thai extension is here."""
    return {**next_action(context, data_dict), "thaigdc_version": "2.1.0", "thaigdc_catalog_type": "agency"}


class ThaiCataloguePlugin(plugins.SingletonPlugin):
    """Loaded by the name ``thai_catalogue``."""

    plugins.implements(plugins.IValidators)
    plugins.implements(plugins.IActions)
    plugins.implements(plugins.IPackageController, inherit=True)

    def get_validators(self) -> dict[str, Any]:
        """Two of them replace CKAN's own of the same name."""
        names = (
            "tag_name_validator",
            "tag_string_convert",
            "thai_name_length",
            "thai_title_unique",
            "thai_name_not_in_trash",
        )
        return {name: getattr(validators, name) for name in names}

    def get_actions(self) -> dict[str, Any]:
        """One, chained before CKAN's own."""
        return {"status_show": status_show}

    def create(self, entity: Any) -> None:
        """There is no draft."""
        entity.state = "active"

    def edit(self, entity: Any) -> None:
        """Nor does an edit make one."""
        entity.state = "active"

    def after_dataset_show(self, context: Any, pkg_dict: Any) -> None:
        """Take private resources out of what those without edit right see."""
        resources = pkg_dict.get("resources", [])
        if not any(r.get("resource_private") == "True" for r in resources) or context.get("for_update"):
            return
        try:
            toolkit.check_access("package_update", {"user": context.get("user")}, {"id": pkg_dict["id"]})
        except toolkit.NotAuthorized:
            pkg_dict["resources"] = [r for r in resources if r.get("resource_private") != "True"]
