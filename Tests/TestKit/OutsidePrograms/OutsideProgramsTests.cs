namespace FedActors.Tests.TestKit.OutsidePrograms;

public sealed class OutsideProgramsTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void SkipReason_PresentOrRequired_IsNull(bool required, bool present) =>
        OutsidePrograms.SkipReason(OutsideProgram.PythonNumPy, required, () => present).Should().BeNull();

    [Fact]
    public void SkipReason_MissingAndNotRequired_SaysWhatToInstall() =>
        OutsidePrograms.SkipReason(OutsideProgram.PythonMsgPack, required: false, () => false).Should()
            .Contain("apt-get install python3-msgpack").And.Contain(OutsidePrograms.PythonVariable);

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Python_BytesInAndOut_ComeThroughUnchanged()
    {
        byte[] doubled = await Python.RunAsync(
            OutsideProgram.PythonNumPy,
            "import sys, numpy; a = numpy.frombuffer(sys.stdin.buffer.read(), '<f4'); sys.stdout.buffer.write((a * 2).tobytes())",
            new byte[] { 0, 0, 128, 63, 0, 0, 0, 64 });

        doubled.Should().Equal(0, 0, 0, 64, 0, 0, 128, 64);
    }

    [OutsideProgramFact(OutsideProgram.PythonMsgPack)]
    public async Task Python_ArgumentsAndText_ComeThroughUnchanged() =>
        (await Python.RunTextAsync(OutsideProgram.PythonMsgPack, "import sys, msgpack; print(sys.argv[1:], sys.stdin.read())", "héllo", "a b", "c"))
            .Trim().Should().Be("['a b', 'c'] héllo");

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Python_ProgramFails_ThrowsWithItsWords()
    {
        Func<Task> run = () => Python.RunTextAsync(OutsideProgram.PythonNumPy, "raise ValueError('no such luck')", new string('x', 1 << 20));

        await run.Should().ThrowAsync<InvalidOperationException>().WithMessage("*code 1*no such luck*");
    }
}
