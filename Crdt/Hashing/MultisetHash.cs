namespace FedActors.Crdt;

/// <summary>A hash of a collection that does not depend on order and changes with one element at the cost of one addition.</summary>
/// <remarks>
/// The sum of the elements' SHA-256 modulo 2^256 (AdHash; Bellare and Micciancio 1997, "A New Paradigm for Collision-free Hashing").
/// Every element here has a key that occurs once, so that no element is added twice.
/// Between honest replicas two collections agree by chance once in 2^256. Somebody who may choose many elements can search for a collision
/// (Wagner 2002); what that gains, and why it is harmless here, stands in docs/adr/0008.
/// </remarks>
internal struct MultisetHash
{
    /// <summary>The hash of what is in the collection; zero when it is empty.</summary>
    public ContentHash Value { get; private set; }

    public void Add(ContentHash element) => Value = Value.Plus(element);

    public void Remove(ContentHash element) => Value = Value.Plus(element.Negated());
}
