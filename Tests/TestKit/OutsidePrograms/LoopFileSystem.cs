using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>A small ext4 file system in a file, whose power can be cut: what was not flushed is gone when it is mounted again.</summary>
/// <remarks>The cut is ext4's own shutdown without a flush of its journal, which the kernel grants to root. It takes no part of the machine down.</remarks>
public sealed class LoopFileSystem : IDisposable
{
    /// <summary>EXT4_IOC_SHUTDOWN, from the kernel's fs/ext4/ext4.h.</summary>
    private const nuint Shutdown = 0x8004587D;

    /// <summary>EXT4_GOING_FLAGS_NOLOGFLUSH: what is not on the disk yet does not get there.</summary>
    private const int WithoutFlush = 2;

    // As large as a long campaign may need; what is not written takes no room.
    private const long Bytes = 1L << 30;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();

    public LoopFileSystem()
    {
        try
        {
            using (FileStream image = File.Create(_folder["image"]))
            {
                image.SetLength(Bytes);
            }

            Directory.CreateDirectory(Path);
            Run("mkfs.ext4", "-q", "-F", _folder["image"]);
            Mount();
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder["disk"];

    /// <summary>Why this machine does not let this user make one, or null.</summary>
    public static string? FindObstacle()
    {
        try
        {
            using LoopFileSystem probe = new();
            File.WriteAllText(System.IO.Path.Combine(probe.Path, "unflushed"), "gone");
            probe.CutPower();
            probe.Restart();
            return File.Exists(System.IO.Path.Combine(probe.Path, "unflushed")) ? "the kernel flushed what it was told not to" : null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Cuts the power: nothing can be read or written any more, and what was not flushed is lost.</summary>
    public void CutPower()
    {
        using SafeFileHandle file = File.OpenHandle(System.IO.Path.Combine(Path, ".power"), FileMode.OpenOrCreate, FileAccess.ReadWrite);
        int flags = WithoutFlush;
        if (Control(file.DangerousGetHandle().ToInt32(), Shutdown, ref flags) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Gives it power again. Nobody has a file open on it.</summary>
    public void Restart()
    {
        Unmount();
        Mount();
    }

    public void Dispose()
    {
        try
        {
            Unmount();
        }
        finally
        {
            _folder.Dispose();
        }
    }

    /// <summary>A process that another test is just starting has this one's open files for a moment, until it is the program that it shall be.</summary>
    private void Unmount()
    {
        InvalidOperationException? fault = null;
        if (!SpinWait.SpinUntil(TryUnmount, Limit))
        {
            throw fault!;
        }

        bool TryUnmount()
        {
            try
            {
                Run("umount", Path);
                return true;
            }
            catch (InvalidOperationException busy) when (busy.Message.Contains("busy", StringComparison.Ordinal))
            {
                fault = busy;
                return false;
            }
        }
    }

    private void Mount() => Run("mount", "-o", "loop", _folder["image"], Path);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(int file, nuint request, ref int flags);

    private static void Run(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        if (!process.WaitForExit(Limit) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {error}");
        }
    }
}
