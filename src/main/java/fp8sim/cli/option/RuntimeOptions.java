package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.MemorySize;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Progress;
import fp8sim.engine.Backends;
import fp8sim.numerics.NumericsOption;
import fp8sim.tensor.NativeMemory;

/** What runs a network: options that never change a result. */
public final class RuntimeOptions {
  /** More than any machine has cores; each one takes memory. */
  public static final int MAX_THREADS = 1024;

  public static final CliOption BACKEND =
      CliOption.value(
              "backend",
              "NAME",
              "cpu[:METHOD], reference, or tornado[:DRIVER[:DEVICE]]; see 'devices'")
          .withDefault(Backends.CPU);
  public static final CliOption THREADS =
      CliOption.value("threads", "N", "worker threads (default: all cores)");

  public static final CliOption MAX_MEMORY =
      CliOption.value(
          "max-memory",
          "SIZE",
          "what tensors and Java's heap may take together, such as 4G or 512M (default: what the"
              + " machine or container has)");

  public static final OptionSection SECTION =
      OptionSection.of("Running", BACKEND, THREADS, MAX_MEMORY);

  private RuntimeOptions() {}

  /** The chosen backend; fails by name if it cannot run. */
  public static Backends.Choice backend(Invocation invocation) {
    return backend(invocation.arguments(), invocation.progress());
  }

  /** As {@link #backend(Invocation)}, which tells how far the preparation of a device is. */
  static Backends.Choice backend(Arguments arguments, Progress progress) {
    return Backends.choose(arguments.get(BACKEND.name()), progress);
  }

  /** Whether the backend for GPUs is chosen. */
  public static boolean isTornado(Arguments arguments) {
    return arguments.declares(BACKEND.name())
        && arguments.get(BACKEND.name()).split(":", 2)[0].equals(Backends.TORNADO);
  }

  /** Whether the fast kernels for CPUs are chosen. */
  public static boolean isCpu(Arguments arguments) {
    String backend = arguments.get(BACKEND.name());
    return backend.equals(Backends.CPU) || backend.startsWith(Backends.CPU + ":");
  }

  /** GPUs have one float math only; it is their default. */
  public static void settleFloatMath(Arguments arguments) {
    String option = NumericsOption.FLOAT_MATH.key();
    if (isTornado(arguments) && arguments.declares(option) && !arguments.isGiven(option)) {
      arguments.resolve(option, "separate");
    }
  }

  /** Sets what this process may allocate. */
  public static void limitMemory(Arguments arguments) {
    String name = MAX_MEMORY.name();
    NativeMemory.setLimit(
        !arguments.declares(name)
            ? 0
            : arguments.find(name).map(text -> MemorySize.parse(name, text)).orElse(0L));
  }

  public static int threads(Arguments arguments) {
    int threads =
        arguments
            .findInt(THREADS.name(), 1, MAX_THREADS)
            .orElseGet(() -> Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS));
    arguments.resolve(THREADS.name(), Integer.toString(threads));
    return threads;
  }
}
