using System.Diagnostics;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>From what an inspection finds to what the round machine is told.</summary>
internal static class Objections
{
    public static Objection? Inspect(ModelSpecification specification, ModelUpdate update) =>
        UpdateInspection.FindFault(specification.Layout, update.Parameters.Span, update.Samples) is { } fault ? From(fault) : null;

    public static Objection From(UpdateFault fault) => new(ReasonOf(fault), fault.Text);

    /// <summary>From a code on the wire; what is not known counts as out of range.</summary>
    public static Objection From(string code, string text) =>
        new(Enum.GetValues<RefusalReason>().FirstOrDefault(reason => reason.Code() == code, RefusalReason.OutOfRange), text);

    private static RefusalReason ReasonOf(UpdateFault fault) => fault switch
    {
        UpdateFault.WrongShape => RefusalReason.WrongShape,
        UpdateFault.NonFinite => RefusalReason.NonFinite,
        UpdateFault.OutOfRange or UpdateFault.InvalidWeight => RefusalReason.OutOfRange,
        UpdateFault.AverageFull => RefusalReason.AverageFull,
        _ => throw new UnreachableException($"{fault.GetType().Name} is no fault that inspection knows."),
    };
}
