namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>A fact that needs an outside program: skipped by name where it is missing, failed where it is required. See docs/adr/0007.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OutsideProgramFactAttribute : FactAttribute
{
    public OutsideProgramFactAttribute(OutsideProgram program)
    {
        Program = program;
        Skip = OutsidePrograms.SkipReason(program);
    }

    public OutsideProgram Program { get; }
}
