"""What the copy of everything says of itself, in French."""

from __future__ import annotations

from typing import Final

from dashboards import formats
from dashboards.words import typeset
from lrs.clock import Micros

_TEXT: Final = """\
Vos données
===========

Copie de tout ce que {organisation} conserve de vous dans Assidu.
Personne : {name}
Faite le : {when} (heure de Paris)
Traces : {statements} ; documents émis : {documents}

Vous l’avez demandée vous-même ; elle contient des données personnelles, gardez-la en lieu sûr.
(Règlement général sur la protection des données, articles 15 et 20.)

Ce que contient le dossier
--------------------------

resume.pdf                   L’essentiel en une ou deux pages, à lire ou à imprimer.
traces/traces-00001.json …   Vos traces d’apprentissage (xAPI), octet pour octet comme elles sont conservées, dans
                             l’ordre où elles ont été reçues. Chaque fichier est un tableau JSON qu’un autre
                             enregistreur (LRS) peut reprendre tel quel.
traces/index.csv             La liste de ces traces : date, verbe, objet, fichier. Une trace annulée y est
                             signalée ; d’une trace effacée, il ne reste rien à copier.
tableaux/*.csv               Inscriptions, journées, demi-journées, activités, points à regarder, badges, documents,
                             qui a consulté vos données, vos partages et vos demandes. UTF-8, point-virgule, virgule
                             décimale : un tableur les ouvre directement.
fiches.json                  Votre fiche et vos inscriptions, dans toutes leurs versions.
documents/*.pdf              Les documents émis à votre nom, avec leur cachet électronique. Chacun se vérifie à
                             l’adresse qu’il porte.
pieces-jointes/              Les fichiers joints à vos traces, par empreinte : signatures dessinées, travaux remis.
contenu.csv                  Chaque fichier avec sa taille et son empreinte SHA-256.

Les cinq temps
--------------

Ils ne se mélangent et ne s’additionnent jamais.
Prévu : ce que dit le contrat. Estimé : la durée annoncée des activités. Connecté : du premier au dernier geste,
pauses comprises. Actif : sans les pauses. Retenu : ce qu’imprime un document, selon sa règle.

Ce qui n’y est pas
------------------

Les feuilles d’émargement de toute une classe : elles nomment d’autres personnes ; vos propres émargements y sont.
Les traces d’autres personnes qui ne font que vous mentionner.
Votre mot de passe : personne ne l’a.
"""


def write_readme(organisation: str, name: str, now: Micros, statements: int, documents: int) -> bytes:
    """Return the file that says what the others are."""
    text = typeset(_TEXT).format(
        organisation=organisation,
        name=name or "sans nom enregistré",
        when=formats.moment_of(now, "fr"),
        statements=formats.number(statements, "fr"),
        documents=formats.number(documents, "fr"),
    )
    return text.encode()
