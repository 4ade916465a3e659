using System.Buffers;
using BenchmarkDotNet.Attributes;
using FedActors.Actors.Serialization;

namespace FedActors.Benchmarks.Actors;

/// <summary>Values written as MessagePack and read back: small ones as in a control message, and a tensor of ten million bytes.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const int Floats = 2_500_000;
    private readonly ArrayBufferWriter<byte> _output = new(64);
    private readonly ArrayBufferWriter<byte> _tensorOutput = new((Floats * sizeof(float)) + 64);
    private readonly float[] _tensor = [.. Enumerable.Range(0, Floats).Select(i => i * 0.5f)];
    private readonly float[] _readTensor = new float[Floats];
    private byte[] _written = [];
    private byte[] _writtenTensor = [];

    [GlobalSetup]
    public void Write()
    {
        WriteSmall();
        _written = _output.WrittenMemory.ToArray();
        WriteTensor();
        _writtenTensor = _tensorOutput.WrittenMemory.ToArray();
    }

    [Benchmark]
    public void WriteSmall()
    {
        _output.ResetWrittenCount();
        var writer = new MessagePackWriter(_output);
        writer.WriteArrayHeader(4);
        writer.Write(17);
        writer.Write(1_234_567_890_123L);
        writer.Write(0.25);
        writer.Write("worker-a");
        writer.Flush();
    }

    [Benchmark]
    public double ReadSmall()
    {
        var reader = new MessagePackReader(_written);
        reader.ReadArrayHeader(4);
        return reader.ReadInt32() + reader.ReadInt64() + reader.ReadDouble() + reader.ReadString(64).Length;
    }

    [Benchmark]
    public void WriteTensor()
    {
        _tensorOutput.ResetWrittenCount();
        var writer = new MessagePackWriter(_tensorOutput);
        writer.WriteSingles(_tensor);
        writer.Flush();
    }

    [Benchmark]
    public int ReadTensor()
    {
        var reader = new MessagePackReader(_writtenTensor);
        reader.ReadSingles(_readTensor.AsSpan());
        return _readTensor.Length;
    }
}
