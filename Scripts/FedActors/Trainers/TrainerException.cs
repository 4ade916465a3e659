namespace FedActors.Scripts.Trainers;

/// <summary>An external trainer, or a package with one, is not what it should be. The message says what it did and what to do about it.</summary>
internal sealed class TrainerException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
