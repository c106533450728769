"""A brand's settings: its flags (P-SE-01), legal facts and policies (P-SE-12), and the outside services that it uses (P-SE-09)."""

from litestar import Response, delete, get, post, put
from litestar.params import JSONBody

from los_domain.access.model import Permission
from los_domain.brands.config import BrandConfig
from los_domain.brands.legal import LegalFacts, PolicyPaths
from los_domain.brands.model import BrandProvider
from los_domain.shared.ids import ProviderId
from los_http.brands.schemas import (
    BrandConfigIn,
    BrandConfigOut,
    LegalIn,
    LegalOut,
    PathsIn,
    PathsOut,
    ProviderChangeIn,
    ProviderIn,
    ProviderOut,
    ProvidersOut,
)
from los_http.shared.access import brand_scope, staff
from los_http.shared.answers import answered
from los_http.shared.cached import cached
from los_http.shared.depends import App, ProviderPath, Req

_SETTINGS = "/partner/brand/{brandId:uuid}/settings"
_PROVIDERS = f"{_SETTINGS}/brand-providers"
_TAGS = ["Staff: settings"]


@get(f"{_SETTINGS}/brand", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def read_config(request: Req, application: App) -> Response[BrandConfigOut]:
    """The brand's flags."""
    scope = brand_scope(request)
    return cached(
        request,
        application,
        lambda: BrandConfigOut.of(application.pages.version(scope, BrandConfig)),
        tags=("settings",),
        seconds=1800,
    )


@put(f"{_SETTINGS}/brand", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def save_config(request: Req, application: App, data: JSONBody[BrandConfigIn]) -> BrandConfigOut:
    """Change the brand's flags. 409 if somebody changed them since they were read."""
    return BrandConfigOut.of(application.settings.save(brand_scope(request), data.page(), version=data.version))


@get(f"{_SETTINGS}/legal", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def read_legal(request: Req, application: App) -> LegalOut:
    """What the brand tells borrowers by law: who answers complaints, who may recover, whether loans may be assigned."""
    return LegalOut.of(application.pages.version(brand_scope(request), LegalFacts))


@put(f"{_SETTINGS}/legal", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def save_legal(request: Req, application: App, data: JSONBody[LegalIn]) -> LegalOut:
    """Change what the brand tells borrowers by law; statements that were issued keep what they said."""
    return LegalOut.of(application.settings.save(brand_scope(request), data.page(), version=data.version))


@get(f"{_SETTINGS}/brand-paths", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def read_paths(request: Req, application: App) -> PathsOut:
    """Where the brand's policies are read."""
    return PathsOut.of(application.pages.version(brand_scope(request), PolicyPaths))


@put(f"{_SETTINGS}/brand-paths", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def save_paths(request: Req, application: App, data: JSONBody[PathsIn]) -> PathsOut:
    """Change where the brand's policies are read; agreements print them."""
    return PathsOut.of(application.settings.save(brand_scope(request), data.page(), version=data.version))


@get(_PROVIDERS, tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_READ))
def list_providers(request: Req, application: App) -> ProvidersOut:
    """The brand's providers in the order in which they are asked, secrets masked."""
    url = application.core.settings.public_url
    return ProvidersOut(items=[ProviderOut.of(one, url) for one in application.brand.providers(brand_scope(request))])


def _shown(application: App, provider: BrandProvider) -> ProviderOut:
    return ProviderOut.of(application.brand.masked(provider), application.core.settings.public_url)


@post(_PROVIDERS, tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def add_provider(request: Req, application: App, data: JSONBody[ProviderIn]) -> Response[ProviderOut]:
    """Add a provider. Its settings are checked by the vendor's own table; secrets are sealed and never shown again."""
    return answered(
        request,
        brand_scope(request),
        lambda scope: application.brand.save_provider(scope, data.wish()),
        lambda made: _shown(application, made),
        location=lambda made: f"{request.url.path}/{made.id}",
    )


@put(f"{_PROVIDERS}/{{providerId:uuid}}", tags=_TAGS, sync_to_thread=True, **staff(Permission.SETTINGS_WRITE))
def change_provider(
    request: Req, application: App, provider_id: ProviderPath, data: JSONBody[ProviderChangeIn]
) -> ProviderOut:
    """Change a provider's settings, place or switches. 409 if somebody changed it since it was read."""
    saved = application.brand.save_provider(
        brand_scope(request), data.wish(), provider=ProviderId(provider_id), version=data.version
    )
    return _shown(application, saved)


@delete(
    f"{_PROVIDERS}/{{providerId:uuid}}",
    tags=_TAGS,
    status_code=204,
    sync_to_thread=True,
    **staff(Permission.SETTINGS_WRITE),
)
def remove_provider(request: Req, application: App, provider_id: ProviderPath) -> None:
    """Remove a provider. 409 for one that was ever asked: it can be switched off."""
    application.brand.remove_provider(brand_scope(request), ProviderId(provider_id))


ROUTES = [
    read_config,
    save_config,
    read_legal,
    save_legal,
    read_paths,
    save_paths,
    list_providers,
    add_provider,
    change_provider,
    remove_provider,
]
