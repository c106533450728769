"""The use cases of documents, wired."""

import attrs

from los_adapters.core import Core
from los_adapters.documents.folder import FolderFiles
from los_adapters.documents.links import FileDoor, Links
from los_adapters.documents.s3 import S3Files, s3_client
from los_adapters.documents.sealing import FileSeal
from los_adapters.documents.typeset import Typst
from los_domain.documents.ports import Files, Typesetter
from los_domain.documents.usecases.decide import DecideDocument, ListDocuments
from los_domain.documents.usecases.upload import AskForUpload, CompleteUpload, SweepAbandoned


@attrs.frozen
class DocumentsUseCases:
    """Documents, the files behind them, and the door for links."""

    files: Files
    typesetter: Typesetter
    door: FileDoor
    ask_for_upload: AskForUpload
    complete: CompleteUpload
    decide: DecideDocument
    listing: ListDocuments
    sweep: SweepAbandoned


def build(core: Core) -> DocumentsUseCases:
    """Wire documents over the folder or the bucket that the settings name."""
    settings, begin = core.settings, core.postgres.begin
    links = Links(core.vault.derive("file-links"), settings.public_url, core.wall)
    seal = FileSeal(core.vault, core.ids.new)
    files: Files
    if settings.files == "s3":
        files = S3Files(s3_client(settings.aws_endpoint_url), settings.s3_private_bucket, seal, links)
    else:
        files = FolderFiles(settings.files_folder, seal, links)
    return DocumentsUseCases(
        files=files,
        typesetter=Typst(),
        door=FileDoor(files, links),
        ask_for_upload=AskForUpload(begin, files, core.ids, core.wall),
        complete=CompleteUpload(begin, files, core.wall),
        decide=DecideDocument(begin, core.wall),
        listing=ListDocuments(begin, files),
        sweep=SweepAbandoned(begin, files, core.wall),
    )
