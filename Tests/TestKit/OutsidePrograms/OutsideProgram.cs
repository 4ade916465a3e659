namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>A program outside the .NET SDK that some tests compare this project's work with.</summary>
public enum OutsideProgram
{
    /// <summary>A Python 3 with NumPy; Debian's package python3-numpy.</summary>
    PythonNumPy,

    /// <summary>A Python 3 with the reference MessagePack implementation; Debian's package python3-msgpack.</summary>
    PythonMsgPack,

    /// <summary>A Python 3 with PyTorch; Debian's package python3-torch.</summary>
    PythonTorch,

    /// <summary>Network namespaces whose packets can be dropped: Debian's packages iproute2 and nftables, and the right to make them.</summary>
    NetworkNamespaces,

    /// <summary>PowerShell 7, which is a .NET tool.</summary>
    PowerShell,
}
