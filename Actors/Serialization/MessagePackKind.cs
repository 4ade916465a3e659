namespace FedActors.Actors.Serialization;

/// <summary>What the next MessagePack value is, whatever its width.</summary>
public enum MessagePackKind
{
    /// <summary>The byte 0xc1, which the specification never uses.</summary>
    Invalid,

    /// <summary>nil.</summary>
    Nil,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A signed or unsigned integer of up to 64 bits.</summary>
    Integer,

    /// <summary>A 32-bit float.</summary>
    Single,

    /// <summary>A 64-bit float.</summary>
    Double,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>A sequence of values.</summary>
    Array,

    /// <summary>A sequence of key and value pairs.</summary>
    Map,

    /// <summary>Bytes with an application type; type -1 is a timestamp.</summary>
    Extension,
}
