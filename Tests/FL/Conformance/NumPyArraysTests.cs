using FedActors.FL.Data;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds npy and npz reading and writing against NumPy itself, both ways.</summary>
public sealed class NumPyArraysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Arrays_NumPyToHereAndBack_KeepTypeShapeAndBits()
    {
        await RunAsync("write_arrays.py");
        foreach (string kind in (string[])["stored", "deflated"])
        {
            using NpzReader reader = NpzReader.Open(_folder[kind + ".npz"]);
            NpzWriter.Write(_folder[kind + "_copy.npz"], [.. reader.Names.Select(name => KeyValuePair.Create(name, reader.Read(name)))], compress: kind == "deflated");
        }

        for (int version = 1; version <= 3; version++)
        {
            NpyWriter.Write(_folder[$"version{version}_copy.npy"], NpyReader.Read(_folder[$"version{version}.npy"]));
        }

        string count = await RunAsync("read_arrays.py");

        // Five types, seven shapes, two orders, stored and deflated; and three versions.
        count.Trim().Should().Be($"{(5 * 7 * 2 * 2) + 3}");
    }

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Arrays_OfOtherTypes_AreRefusedByName()
    {
        await RunAsync("write_arrays.py");
        using NpzReader reader = NpzReader.Open(_folder["unsupported.npz"]);

        reader.Names.Should().HaveCount(6);
        foreach (string name in reader.Names)
        {
            FluentActions.Invoking(() => reader.Read(name)).Should().Throw<DataFileException>()
                .WithMessage($"*unsupported.npz, array {name}: the * type *supported types are <f4 <f8 <i8 <i4 |u1.");
        }
    }

    private async Task<string> RunAsync(string script) =>
        await Python.RunTextAsync(
            OutsideProgram.PythonNumPy, await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/" + script)), "", _folder.Path);
}
