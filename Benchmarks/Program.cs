using System.Reflection;
using BenchmarkDotNet.Running;

// By reflection: the measured program has a class of this name, too.
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
