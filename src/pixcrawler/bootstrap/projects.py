"""The container of projects."""

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.projects.change_project import ChangeProject
from pixcrawler.application.projects.create_project import CreateProject
from pixcrawler.application.projects.delete_projects import DeleteProjects
from pixcrawler.bootstrap.app import Projects
from pixcrawler.bootstrap.containers import containers, providers


class ProjectsContainer(containers.DeclarativeContainer):
    """What projects need, and their use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    sources: providers.Dependency[Sources] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()

    context = providers.Singleton(
        Projects,
        create=providers.Singleton(
            CreateProject, transaction=transaction, sources=sources, clock=clock, new_id=new_id
        ),
        change=providers.Singleton(ChangeProject, transaction=transaction, sources=sources, clock=clock),
        delete=providers.Singleton(DeleteProjects, transaction=transaction),
    )
