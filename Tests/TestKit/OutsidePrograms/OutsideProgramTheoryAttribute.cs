namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>A theory that needs an outside program: skipped by name where it is missing, failed where it is required. See docs/adr/0007.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OutsideProgramTheoryAttribute : TheoryAttribute
{
    public OutsideProgramTheoryAttribute(OutsideProgram program)
    {
        Program = program;
        Skip = OutsidePrograms.SkipReason(program);
    }

    public OutsideProgram Program { get; }
}
