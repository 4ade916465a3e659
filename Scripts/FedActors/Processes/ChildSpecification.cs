namespace FedActors.Scripts.Processes;

/// <summary>A process that <c>up</c> shall keep running.</summary>
/// <param name="Name">Its name, such as <c>worker-a</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Arguments">The command line after the program's name. Asked anew at every start, since addresses become known on the way.</param>
internal sealed record ChildSpecification(string Name, string Role, Func<IReadOnlyList<string>> Arguments);
