using System.Text.Json.Nodes;

namespace FedActors.Scripts.Processes;

/// <summary>Follows the children of one launcher. Called from several threads.</summary>
internal interface IChildObserver
{
    /// <summary>A process was started, for the first time or again.</summary>
    void OnStarted(ChildSpecification child, ProcessIdentity process, int restarts);

    /// <summary>It told of something that happened.</summary>
    void OnEvent(ChildSpecification child, string name, JsonNode? data);

    /// <summary>It wrote a line to its log.</summary>
    void OnLine(ChildSpecification child, string line);

    /// <summary>It died and will be started again.</summary>
    void OnRestarting(ChildSpecification child, int exitCode, TimeSpan wait);

    /// <summary>It died too often.</summary>
    void OnGivenUp(ChildSpecification child, int exitCode);
}
