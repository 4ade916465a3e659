using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.FL.Training;

namespace FedActors.FL.Protocol;

/// <summary>Fields that several messages have, with their limits.</summary>
internal static class WireFields
{
    private const int TrainingFields = 6;

    // Plans that were stored before there was a choice of optimizer lack them; sites then step as they did.
    private const int LocalStepFields = 9;

    public static string ReadName(ref this MessagePackReader reader) => NotEmpty(reader.ReadString(WireLimits.MaxNameBytes), "name");

    public static string ReadId(ref this MessagePackReader reader) => NotEmpty(reader.ReadString(WireLimits.MaxIdBytes), "id");

    public static string ReadText(ref this MessagePackReader reader) => reader.ReadString(WireLimits.MaxTextBytes);

    public static ReadOnlyMemory<float> ReadParameters(ref this MessagePackReader reader) => reader.ReadSharedSingles(WireLimits.MaxParameters);

    public static int ReadInt32(ref this MessagePackReader reader, string field, int least, int most = int.MaxValue)
    {
        int value = reader.ReadInt32();
        return value >= least && value <= most ? value : throw new ProtocolException($"{field} is {value}; {least} to {most} is allowed.");
    }

    public static long ReadInt64(ref this MessagePackReader reader, string field, long least, long most = long.MaxValue)
    {
        long value = reader.ReadInt64();
        return value >= least && value <= most ? value : throw new ProtocolException($"{field} is {value}; {least} to {most} is allowed.");
    }

    public static double ReadWeight(ref this MessagePackReader reader)
    {
        double value = reader.ReadDouble();

        // Written so that NaN fails.
        return value >= UpdateInspection.MinWeight && value <= UpdateInspection.MaxWeight
            ? value
            : throw new ProtocolException($"weight is {value}; {UpdateInspection.MinWeight} to {UpdateInspection.MaxWeight} is allowed.");
    }

    public static void Write(ref this MessagePackWriter writer, TimeSpan duration) => writer.Write(duration.Ticks);

    public static TimeSpan ReadDuration(ref this MessagePackReader reader) => TimeSpan.FromTicks(reader.ReadInt64("duration", 0));

    public static void Write(ref this MessagePackWriter writer, ModelSpecification specification)
    {
        writer.WriteArrayHeader(3);
        writer.Write(specification.Kind);
        writer.Write(specification.Features);
        writer.Write(specification.Classes);
    }

    public static ModelSpecification ReadSpecification(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(3);
        string kind = reader.ReadId();
        int features = reader.ReadInt32();
        int classes = reader.ReadInt32();
        reader.SkipFields(extra);
        return ModelSpecification.FindFault(kind, features, classes) is { } fault
            ? throw new ProtocolException(fault)
            : new ModelSpecification(kind, features, classes);
    }

    public static void Write(ref this MessagePackWriter writer, TrainingOptions training)
    {
        writer.WriteArrayHeader(TrainingFields + LocalStepFields);
        writer.Write(training.Model);
        writer.Write(training.Rounds);
        writer.Write(training.LocalEpochs);
        writer.Write(training.BatchSize);
        writer.Write(training.LearningRate);
        writer.Write(training.Mu);
        writer.Write(training.Optimizer);
        writer.Write(training.Momentum);
        writer.Write(training.Beta1);
        writer.Write(training.Beta2);
        writer.Write(training.Epsilon);
        writer.Write(training.WeightDecay);
        writer.Write(training.Schedule);
        writer.Write(training.ScheduleRounds);
        writer.Write(training.ScheduleFactor);
    }

    public static TrainingOptions ReadTraining(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(TrainingFields);
        TrainingOptions training = new()
        {
            Model = reader.ReadId(),
            Rounds = reader.ReadInt32("rounds", 1),
            LocalEpochs = reader.ReadInt32("local epochs", 1),
            BatchSize = reader.ReadInt32("batch size", 1),
            LearningRate = reader.ReadSingle(),
            Mu = reader.ReadSingle(),
        };
        if (extra >= LocalStepFields)
        {
            training = training with
            {
                Optimizer = reader.ReadId(),
                Momentum = reader.ReadSingle(),
                Beta1 = reader.ReadSingle(),
                Beta2 = reader.ReadSingle(),
                Epsilon = reader.ReadSingle(),
                WeightDecay = reader.ReadSingle(),
                Schedule = reader.ReadId(),
                ScheduleRounds = reader.ReadInt32("schedule rounds", 1),
                ScheduleFactor = reader.ReadSingle(),
            };
            extra -= LocalStepFields;
        }

        reader.SkipFields(extra);
        return TrainingRules.FindFault(training) is { } fault ? throw new ProtocolException(fault) : training;
    }

    public static void Write(ref this MessagePackWriter writer, PackageOffer? package)
    {
        if (package is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(3);
        writer.Write(package.Checksum);
        writer.Write(package.Bytes);
        writer.Write((int)package.EntryPoints);
    }

    public static PackageOffer? ReadPackage(ref this MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        int extra = reader.ReadFields(3);
        PackageOffer package = new(
            reader.ReadId(), reader.ReadInt64("package bytes", 1, PackageOffer.MaxBytes), (EntryPoint)reader.ReadInt32("entry points", 1, (int)(EntryPoint.Train | EntryPoint.Validate | EntryPoint.Predict)));
        reader.SkipFields(extra);

        // It becomes a folder's name.
        return PackageOffer.IsChecksum(package.Checksum) ? package : throw new ProtocolException("A package is named by something else than a SHA-256 in lower-case hex.");
    }

    public static void Write(ref this MessagePackWriter writer, StrategyOptions strategy)
    {
        writer.WriteArrayHeader(15);
        writer.Write(strategy.Name);
        writer.Write(strategy.ServerLearningRate ?? double.NaN);
        writer.Write(strategy.ServerMomentum);
        writer.Write(strategy.Beta1 ?? double.NaN);
        writer.Write(strategy.Beta2);
        writer.Write(strategy.Tau);
        writer.Write(strategy.Trim);
        writer.Write(strategy.Malicious);
        writer.Write(strategy.Keep);
        writer.Write(strategy.ClipNorm);
        writer.Write(strategy.Iterations);
        writer.Write(strategy.Smoothing);
        writer.Write(strategy.Q);
        writer.Write(strategy.Stride);
        writer.Write(strategy.PreAggregation);
    }

    public static StrategyOptions ReadStrategy(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(14);
        StrategyOptions strategy = new()
        {
            Name = reader.ReadId(),
            ServerLearningRate = NullWhereNaN(reader.ReadDouble()),
            ServerMomentum = reader.ReadDouble(),
            Beta1 = NullWhereNaN(reader.ReadDouble()),
            Beta2 = reader.ReadDouble(),
            Tau = reader.ReadDouble(),
            Trim = reader.ReadDouble(),
            Malicious = reader.ReadInt32("malicious", 0, WireLimits.MaxWorkers),
            Keep = reader.ReadInt32("keep", 0, WireLimits.MaxWorkers),
            ClipNorm = reader.ReadDouble(),
            Iterations = reader.ReadInt32("iterations", 1, WireLimits.MaxIterations),
            Smoothing = reader.ReadDouble(),
            Q = reader.ReadDouble(),
            Stride = reader.ReadInt32("stride", 1, WireLimits.MaxWorkers),
        };
        if (extra > 0)
        {
            strategy = strategy with { PreAggregation = reader.ReadId() };
            extra--;
        }

        reader.SkipFields(extra);
        return strategy;
    }

    public static void WriteNames(ref this MessagePackWriter writer, IReadOnlyList<string> names)
    {
        writer.WriteArrayHeader(names.Count);
        foreach (string name in names)
        {
            writer.Write(name);
        }
    }

    public static string[] ReadNames(ref this MessagePackReader reader)
    {
        string[] names = new string[reader.ReadArrayHeader(WireLimits.MaxWorkers)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = reader.ReadName();
        }

        return names;
    }

    public static void WriteSites(ref this MessagePackWriter writer, IReadOnlyList<RunSite> sites)
    {
        writer.WriteArrayHeader(sites.Count);
        foreach (RunSite site in sites)
        {
            writer.WriteArrayHeader(3);
            writer.Write(site.WorkerId);
            writer.Write(site.Site);
            writer.Write(site.Samples);
        }
    }

    public static RunSite[] ReadSites(ref this MessagePackReader reader)
    {
        RunSite[] sites = new RunSite[reader.ReadArrayHeader(WireLimits.MaxWorkers)];
        for (int i = 0; i < sites.Length; i++)
        {
            int extra = reader.ReadFields(3);
            sites[i] = new RunSite(reader.ReadName(), reader.ReadName(), reader.ReadInt64("samples", 0));
            reader.SkipFields(extra);
        }

        return sites;
    }

    private static double? NullWhereNaN(double value) => double.IsNaN(value) ? null : value;

    private static string NotEmpty(string text, string what) =>
        text.Length > 0 ? text : throw new ProtocolException($"An empty {what} was found.");
}
