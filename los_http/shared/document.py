"""The OpenAPI document and its pages, which need no network: every file they load is served from here."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import swagger_ui_bundle
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, Schema, SecurityScheme
from litestar.params import FromPath
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from los_http.shared.access import public
from los_http.shared.wire import In

_FILES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-standalone-preset.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


class StrictBodies(OpenAPISchemaPlugin):
    """Says in the schema what the decoder does: a request body may have no field that is not declared."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Return whether this is a request body of ours."""
        return not field_definition.is_union and field_definition.is_subclass_of(In)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        """Return the schema that the framework makes of it, closed."""
        structs = next(
            plugin
            for plugin in schema_creator.plugins
            if isinstance(plugin, OpenAPISchemaPlugin)
            and plugin is not self
            and plugin.is_plugin_supported_field(field_definition)
        )
        schema: Schema = structs.to_openapi_schema(field_definition, schema_creator)
        schema.additional_properties = False
        return schema


def config() -> OpenAPIConfig:
    """Return the document's head and its pages."""
    here = "/docs/files"
    return OpenAPIConfig(
        title="LOS",
        version="1",
        description=(
            "Loan origination and servicing. Borrowers use `/web`, staff `/partner`, super admins `/admin`; vendors post to "
            "`/webhooks`. Amounts are rupees as text with two places, instants are UTC, dates are India's. Every failure has the "
            "same body. Send an `Idempotency-Key` with whatever moves money: the same key gets the same answer."
        ),
        path="/docs",
        use_handler_docstrings=True,
        render_plugins=[
            SwaggerRenderPlugin(
                js_url=f"{here}/swagger-ui-bundle.js",
                css_url=f"{here}/swagger-ui.css",
                standalone_preset_js_url=f"{here}/swagger-ui-standalone-preset.js",
                favicon=f'<link rel="icon" type="image/png" href="{here}/favicon-32x32.png">',
            )
        ],
        components=Components(
            security_schemes={
                "web": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="A borrower's access token."
                ),
                "partner": SecurityScheme(
                    type="http", scheme="bearer", bearer_format="JWT", description="A staff member's access token."
                ),
            }
        ),
    )


@cache
def _file(name: str) -> bytes:
    return (Path(swagger_ui_bundle.swagger_ui_path) / name).read_bytes()


@get(
    "/docs/files/{name:str}",
    include_in_schema=False,
    sync_to_thread=False,
    **public("the pages' own script and style"),
)
def files(name: FromPath[str]) -> Response[bytes]:
    """Serve a file of the pages; only those that they load."""
    if name not in _FILES:
        raise NotFoundException
    return Response(_file(name), media_type=_FILES[name], headers={"Cache-Control": "public, max-age=86400"})


ROUTES = [files]
