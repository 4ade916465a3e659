namespace FedActors.Scripts.Trainers;

/// <summary>An external trainer did not give what it should. The message says what it did and what to do about it.</summary>
internal sealed class TrainerException(string message, Exception? inner = null) : Exception(message, inner);
