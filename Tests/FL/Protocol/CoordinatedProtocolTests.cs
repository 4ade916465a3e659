using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.Tests.Actors.Serialization;

namespace FedActors.Tests.FL.Protocol;

public sealed class CoordinatedProtocolTests
{
    private const ulong Seeds = 300;

    [Fact]
    public void Registry_AllMessages_HaveTheirPublishedIds() =>
        Wire.Registry.TypeIds.Should().Equal(100, 101, 102, 103, 104, 105, 106, 107, 110, 111, 112, 113, 114, 120, 121, 122, 123, 124, 125, 130, 131, 132, 140, 141, 142, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159);

    [Fact]
    public void Messages_RoundTrip_KeepEveryBit()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            foreach (object message in new AnyMessage(new RandomStream(seed)).OfEachType())
            {
                byte[] bytes = Wire.Write(message);
                object read = Wire.Read(message.GetType(), bytes);
                Wire.Write(read).Should().Equal(bytes, $"seed {seed}, {message.GetType().Name}");
            }
        }
    }

    [Fact]
    public void Messages_EveryTypeRegistered_IsDrawnByTheProperties() =>
        new AnyMessage(new RandomStream(1)).OfEachType().Should().HaveCount(Wire.Registry.TypeIds.Count);

    [Fact]
    public void Messages_CutShortAnywhere_AreRefused()
    {
        foreach (object message in new AnyMessage(new RandomStream(7)).OfEachType())
        {
            byte[] bytes = Wire.Write(message);
            for (int length = 0; length < bytes.Length; length++)
            {
                Action read = () => Wire.Read(message.GetType(), bytes[..length]);
                read.Should().Throw<ProtocolException>($"{message.GetType().Name} has {bytes.Length} bytes, not {length}");
            }
        }
    }

    [Fact]
    public void Messages_AnyByteChanged_AreReadOrRefusedButNeverFailOtherwise()
    {
        RandomStream chance = new(11);
        for (ulong seed = 0; seed < Seeds / 10; seed++)
        {
            foreach (object message in new AnyMessage(new RandomStream(seed)).OfEachType())
            {
                byte[] bytes = Wire.Write(message);
                for (int change = 0; change < 20; change++)
                {
                    byte[] changed = (byte[])bytes.Clone();
                    changed[chance.NextInt(bytes.Length)] = (byte)chance.NextInt(256);
                    try
                    {
                        Wire.Read(message.GetType(), changed);
                    }
                    catch (ProtocolException)
                    {
                        // Refusing is one of the two right answers.
                    }
                }
            }
        }
    }

    [Fact]
    public void Plan_StoredBeforeThereWerePackages_IsReadWithoutOne()
    {
        RunPlan plan = new AnyMessage(new RandomStream(3)).OfEachType().OfType<RunPlan>().Single() with { Package = null, Compression = "" };
        byte[] bytes = plan.ToBytes();
        byte[] before = [(byte)(bytes[0] - 2), .. bytes[1..^2]];

        RunPlan read = RunPlanCodec.Read(before);

        (read.Package, read.Compression).Should().Be((null, ""));
        read.ToBytes().Should().Equal(bytes);
    }

    [Fact]
    public void Plan_CompressionThatNobodyKnows_IsRefusedByItsName()
    {
        RunPlan plan = new AnyMessage(new RandomStream(3)).OfEachType().OfType<RunPlan>().Single() with { Compression = "topk(0.1),zstd" };

        FluentActions.Invoking(() => RunPlanCodec.Read(plan.ToBytes())).Should().Throw<ProtocolException>().WithMessage("*does not know the compression 'topk(0.1),zstd'*");
    }

    [Fact]
    public void Messages_FieldsOfANewerSender_ArePassedOver()
    {
        foreach (object message in new AnyMessage(new RandomStream(3)).OfEachType())
        {
            byte[] bytes = Wire.Write(message);
            bytes[0].Should().BeInRange(0x90, 0x9e, "a message is a short array");
            byte[] extended = [(byte)(bytes[0] + 1), .. bytes[1..], .. Encode.With((ref MessagePackWriter w) => w.Write("of tomorrow"))];

            Wire.Write(Wire.Read(message.GetType(), extended)).Should().Equal(bytes);
        }
    }
}
