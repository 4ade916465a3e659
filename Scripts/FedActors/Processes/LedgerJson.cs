using System.Text.Json.Serialization;

namespace FedActors.Scripts.Processes;

/// <summary>The ledger's form on disk, known at compile time, so that starting needs no reflection.</summary>
[JsonSerializable(typeof(LedgerPage))]
internal sealed partial class LedgerJson : JsonSerializerContext;
