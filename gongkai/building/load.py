"""Step 1 but for departments: settings, localities, forms, fonts, texts, words, style sheets; and the keys of all that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from markupsafe import Markup

from gongkai.building.tasks import Common, Unit
from gongkai.checks import own_rules
from gongkai.checks.withheld import check_settings
from gongkai.keys import code_key, folder_key, key_of
from gongkai.pages.assets import column_widths, site_assets
from gongkai.pages.texts import Text, load_texts
from gongkai.printing.fonts import Fonts, find_fonts
from gongkai.problems import Problem
from gongkai.reading.acts import SiteSettings
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.records import Locality
from gongkai.tables.words import load_words
from gongkai.workspace import Workspace

_FOR_TABLES = ("shared", "print", "site/words.yaml")
"""What of the layouts shapes tables wherever they stand; the rest only pages."""


@dataclass(frozen=True)
class Loaded:
    """What a site has besides its departments. ``site`` is None where site.yaml can't be used."""

    forms: Mapping[str, Form]
    fonts: Fonts | None
    site: SiteSettings | None
    localities: tuple[Locality, ...]
    folders: Mapping[Unit, tuple[Locality, Path]]
    texts: tuple[Text, ...]
    names: Mapping[str, str]
    """Logical name of an asset → its address."""
    assets: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """The key of code, layouts and fonts: another one needs workers that have loaded none of them."""
        return "".join(self.keys[name] for name in ("program", "rules", "forms", "layouts/site", "fonts"))

    def common(self, site: SiteSettings) -> Common:
        """What all pages share."""
        texts = tuple(replace(one, html=Markup("")) for one in self.texts)
        return Common(site, texts, self.names, self.keys)


def load(workspace: Workspace) -> Loaded:
    """Read all of it; problems are collected."""
    forms, problems = load_forms(workspace.layouts)
    fonts, missing = find_fonts(workspace.font_cache, workspace.font_folders)
    loader = Loader(workspace.root, forms)
    site = loader.site()
    localities = tuple(loader.localities()) if site else ()
    folders = {
        (one.slug, folder.name): (one, folder)
        for one in localities
        for folder in loader.department_folders(one)
    }
    texts, wrong_texts = load_texts(workspace.root)
    _, wrong_words = load_words(workspace.layouts)
    _, wrong_rules = own_rules(workspace.layouts)
    widths = column_widths(
        {str(width) for form in forms.values() for width in form.declared.columns if width != "*"}
    )
    names, assets = site_assets(workspace.layouts, forms, widths)
    found = (
        *problems,
        *missing,
        *loader.problems,
        *wrong_texts,
        *wrong_words,
        *wrong_rules,
        *check_settings(loader.settings),
    )
    loaded = Loaded(forms, fonts, site, localities, folders, texts, names, assets, found)
    return replace(loaded, keys=_keys(workspace, loaded))


def _keys(workspace: Workspace, loaded: Loaded) -> dict[str, str]:
    """The keys of the inputs that are no records, by name (department.Common)."""
    titles = ((text.slug, text.title) for text in loaded.texts)
    folders = {name: folder_key(form.folder) for name, form in loaded.forms.items()}
    forms = {
        name: key_of(folders[name], folders.get(base, ""))
        if (base := loaded.forms[name].base)
        else folders[name]
        for name in folders
    }
    return {
        "program": key_of(code_key(), *(_layout_key(workspace, name) for name in _FOR_TABLES)),
        "rules": _layout_key(workspace, "rules"),
        "forms": key_of(*(part for pair in sorted(forms.items()) for part in pair)),
        **{f"forms/{name}": key for name, key in forms.items()},
        "layouts/site": _layout_key(workspace, "site"),
        "fonts": loaded.fonts.key if loaded.fonts else "",
        "settings": loaded.site.model_dump_json() if loaded.site else "",
        "navigation": key_of(repr(list(titles))),
        "texts": key_of(repr(loaded.texts)),
        "assets": key_of(repr(sorted(loaded.names.items()))),
    }


def _layout_key(workspace: Workspace, name: str) -> str:
    """A folder or file of the layouts by content, in each of the layout folders."""
    places = [folder / name for folder in workspace.layouts]
    return key_of(*(key_of(place.read_bytes()) if place.is_file() else folder_key(place) for place in places))
