namespace FedActors.FL.Attacks;

/// <summary>The attacks that a scenario can name.</summary>
public static class AllAttacks
{
    /// <summary>All of them, with the papers' settings.</summary>
    public static IReadOnlyList<Attack> List { get; } =
        [new SignFlip(), new LabelFlip(), new GaussianNoise(), new LittleIsEnough(), new InnerProduct(0.5), new InnerProduct(4), new ModelReplacement()];

    /// <summary>The attack of a name, or null.</summary>
    public static Attack? Find(string name) => List.FirstOrDefault(attack => attack.Name == name);
}
