namespace FedActors.Scripts.Processes;

/// <summary>A process that <c>up</c> shall keep running.</summary>
/// <param name="Name">Its name, such as <c>worker-a</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Arguments">The command line after the program's name. Asked anew at every start, since addresses become known on the way.</param>
/// <param name="IsEssential">Whether nothing can go on when it is given up.</param>
internal sealed record ChildSpecification(string Name, string Role, Func<IReadOnlyList<string>> Arguments, bool IsEssential);
