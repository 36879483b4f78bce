package fp8sim.kernel.tornado;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.kernel.tornado.device.DeviceBuffers;
import fp8sim.kernel.tornado.device.DeviceProgram;
import fp8sim.kernel.tornado.device.DeviceState;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A network compiled for a device: one task graph whose weights and tables are uploaded once. It
 * runs every program with the same kernels and constants that is not larger, that is, smaller
 * batches too. Not thread-safe.
 */
final class DeviceNetwork implements AutoCloseable {
  private static final String GRAPH = "network";

  /** Smallest buffers of a network that serves other constants too. */
  private static final int ROOM = 1 << 17;

  private static final int GEOMETRY_ROOM = 1 << 10;

  private final DeviceProgram program;
  private final TornadoDevices.Entry device;
  private final boolean serves;
  private final List<IntArray> geometries;
  private final DeviceBuffers buffers;
  private final TornadoExecutionPlan plan;
  private long kernelNanos;
  private int users;

  /**
   * Compiles a program.
   *
   * @param serves whether programs with other constants may run too, so that constants are uploaded
   *     for each run: for tests of many small steps
   * @param progress is told of the compilation
   */
  DeviceNetwork(
      DeviceProgram program, TornadoDevices.Entry device, boolean serves, Progress progress) {
    this.program = program;
    this.device = device;
    this.serves = serves;
    geometries =
        program.calls().stream()
            .map(call -> new IntArray(size(call.geometry().length, GEOMETRY_ROOM)))
            .toList();
    buffers =
        new DeviceBuffers(
            new FloatArray(size(program.sizes().input(), ROOM)),
            new FloatArray(size(program.sizes().output(), ROOM)),
            new FloatArray(size(program.constants().length, ROOM)),
            new IntArray(size(program.tables().length, ROOM)),
            new FloatArray(size(program.sizes().arena(), ROOM)),
            new IntArray(size(program.sizes().codes(), ROOM)),
            new IntArray(size(program.stateSize(), GEOMETRY_ROOM)));
    copyConstants(program);
    plan = new TornadoExecutionPlan(graph().snapshot());
    plan.withDevice(device.handle());
    plan.withProfiler(ProfilerMode.SILENT);
    compile(progress);
  }

  private void compile(Progress progress) {
    String task = "compile for %s (kernels)".formatted(device.device().name());
    try (Progress.Meter meter = progress.start(task, geometries.size())) {
      plan.withGridScheduler(grids(program)).withPreCompilation();
      meter.advance(geometries.size());
    } catch (TornadoRuntimeException | TornadoBailoutRuntimeException e) {
      throw failed(e);
    }
  }

  private int size(int needed, int room) {
    return serves ? Math.max(needed, room) : needed;
  }

  private void copyConstants(DeviceProgram from) {
    copy(MemorySegment.ofArray(from.constants()), buffers.constants().getSegment());
    copy(MemorySegment.ofArray(from.tables()), buffers.tables().getSegment());
  }

  private static void copy(MemorySegment from, MemorySegment to) {
    MemorySegment.copy(from, 0, to, 0, from.byteSize());
  }

  private Fp8simException failed(RuntimeException cause) {
    return new Fp8simException(ExitCode.BACKEND, message("cannot run the network", cause), cause);
  }

  private String message(String what, RuntimeException cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return "device %s %s: %s".formatted(device.device().name(), what, reason);
  }

  private TaskGraph graph() {
    TaskGraph graph = new TaskGraph(GRAPH);
    graph.transferToDevice(
        serves ? DataTransferMode.EVERY_EXECUTION : DataTransferMode.FIRST_EXECUTION,
        buffers.constants(),
        buffers.tables());
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, buffers.arena(), buffers.codes());
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, buffers.input(), buffers.state());
    geometries.forEach(g -> graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, g));
    KernelContext context = new KernelContext();
    for (int i = 0; i < geometries.size(); i++) {
      program.calls().get(i).kind().add(graph, task(i), context, geometries.get(i), buffers);
    }
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, buffers.output(), buffers.state());
    return graph;
  }

  private static String task(int index) {
    return "k" + index;
  }

  private static GridScheduler grids(DeviceProgram program) {
    GridScheduler scheduler = new GridScheduler();
    for (int i = 0; i < program.calls().size(); i++) {
      KernelCall call = program.calls().get(i);
      int[] threads = call.threads();
      WorkerGrid3D grid = new WorkerGrid3D(threads[0], threads[1], threads[2]);
      grid.setLocalWork(call.group()[0], call.group()[1], call.group()[2]);
      scheduler.addWorkerGrid(GRAPH + "." + task(i), grid);
    }
    return scheduler;
  }

  /** Whether this network can run another program on the device that was chosen for it. */
  boolean fits(DeviceProgram other, TornadoDevices.Entry otherDevice) {
    if (!otherDevice.device().equals(device.device())
        || other.calls().size() != geometries.size()
        || other.sizes().arena() > buffers.arena().getSize()
        || other.sizes().codes() > buffers.codes().getSize()
        || other.sizes().input() > buffers.input().getSize()
        || other.sizes().output() > buffers.output().getSize()
        || other.stateSize() > buffers.state().getSize()) {
      return false;
    }
    for (int i = 0; i < geometries.size(); i++) {
      KernelCall call = other.calls().get(i);
      if (call.kind() != program.calls().get(i).kind()
          || call.geometry().length > geometries.get(i).getSize()) {
        return false;
      }
    }
    return serves
        ? other.constants().length <= buffers.constants().getSize()
            && other.tables().length <= buffers.tables().getSize()
        : Arrays.equals(other.constants(), program.constants())
            && Arrays.equals(other.tables(), program.tables());
  }

  /**
   * Runs a program that {@link #fits}; inputs and outputs by name, as the program says.
   *
   * @param quantizers that count what was not finite
   */
  void run(
      DeviceProgram current,
      QuantizerTable quantizers,
      Map<String, Tensor> inputs,
      Map<String, Tensor> outputs) {
    for (int i = 0; i < geometries.size(); i++) {
      int[] geometry = current.calls().get(i).geometry();
      copy(MemorySegment.ofArray(geometry), geometries.get(i).getSegment());
    }
    if (serves) {
      copyConstants(current);
    }
    current
        .inputs()
        .forEach(
            (name, at) -> {
              MemorySegment from = Objects.requireNonNull(inputs.get(name)).data();
              part(buffers.input(), at, from.byteSize()).copyFrom(from);
            });
    DeviceState.reset(buffers.state(), quantizers);
    plan.withGridScheduler(grids(current));
    TornadoExecutionResult result;
    try {
      result = plan.execute();
    } catch (TornadoMemoryException | TornadoOutOfMemoryException e) {
      throw new DeviceMemoryException(message("has too little memory left", e), e);
    } catch (TornadoRuntimeException | TornadoBailoutRuntimeException e) {
      throw failed(e);
    }
    DeviceState.report(buffers.state(), current.counted(), quantizers);
    kernelNanos = result.getProfilerResult().getDeviceKernelTime();
    if (kernelNanos <= 0) {
      throw Fp8simException.backend(
          "device %s reports no kernel time: did the kernels run on it? see tornado-config/"
              .formatted(device.device().name()));
    }
    current
        .outputs()
        .forEach(
            (name, at) -> {
              MemorySegment to = Objects.requireNonNull(outputs.get(name)).data();
              to.copyFrom(part(buffers.output(), at, to.byteSize()));
            });
  }

  private static MemorySegment part(FloatArray array, int at, long bytes) {
    return array.getSegment().asSlice((long) at * Float.BYTES, bytes);
  }

  /** How long the kernels of the last run took on the device. */
  long kernelNanos() {
    return kernelNanos;
  }

  /** Notes one more session that uses this network. */
  DeviceNetwork share() {
    users++;
    return this;
  }

  /** Frees the device's memory when the last session closes. */
  @Override
  public void close() {
    users--;
    if (users == 0) {
      try {
        plan.freeDeviceMemory();
        plan.close();
      } catch (TornadoExecutionPlanException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  boolean isClosed() {
    return users == 0;
  }
}
