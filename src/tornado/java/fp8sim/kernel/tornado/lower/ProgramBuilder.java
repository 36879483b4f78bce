package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.DeviceMemoryException;
import fp8sim.kernel.tornado.device.DeviceMath;
import fp8sim.kernel.tornado.device.DeviceProgram;
import fp8sim.kernel.tornado.device.DeviceState;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects kernel calls and what they read. */
final class ProgramBuilder {
  /** Buffers start with a header. */
  private static final int MARGIN = 64;

  private final String model;
  private final int samples;
  private final List<KernelCall> calls = new ArrayList<>();
  private final IdentityHashMap<Tensor, Integer> placed = new IdentityHashMap<>();
  private float[] constants = new float[1 << 12];
  private int constantCount;
  private int[] tables = new int[1 << 12];
  private int tableCount;
  private int codesSize = 1;
  private final List<@Nullable QuantizerId> counted = new ArrayList<>();

  ProgramBuilder(Plan plan) {
    model = plan.model();
    samples = plan.samples();
    for (int i = 0; i < DeviceMath.POWERS; i++) {
      addConstants(Math.scalb(1f, i - DeviceMath.BIAS));
    }
    addConstants(Float.NaN);
  }

  /** How many samples the plan takes at once. */
  int samples() {
    return samples;
  }

  void call(KernelCall call) {
    calls.add(call);
  }

  /** Where the elements of a constant tensor are; each tensor is stored once. */
  int addConstant(Tensor tensor) {
    Integer at = placed.get(tensor);
    if (at == null) {
      at = addConstants(tensor.toFloats());
      placed.put(tensor, at);
    }
    return at;
  }

  /** Where these constants are. */
  int addConstants(float... values) {
    int at = constantCount;
    constantCount = size((long) at + values.length);
    if (constantCount > constants.length) {
      constants = Arrays.copyOf(constants, Math.max(constantCount, 2 * constants.length));
    }
    System.arraycopy(values, 0, constants, at, values.length);
    return at;
  }

  /** Where this table is. */
  int addTable(int... values) {
    int at = tableCount;
    tableCount = size((long) at + values.length);
    if (tableCount > tables.length) {
      tables = Arrays.copyOf(tables, Math.max(tableCount, 2 * tables.length));
    }
    System.arraycopy(values, 0, tables, at, values.length);
    return at;
  }

  /** Where numbers that are not finite are counted for one use of a quantizer, or for none. */
  int addCounters(@Nullable QuantizerId quantizer) {
    counted.add(quantizer);
    return DeviceState.counters(counted.size() - 1);
  }

  /** Makes room for the codes of a step. */
  void reserveCodes(long count) {
    codesSize = Math.max(codesSize, size(count));
  }

  /** Where a slot starts in the arena, in elements. */
  int at(Operand.Slot slot) {
    return size(slot.offset() / Float.BYTES);
  }

  private int size(long elements) {
    if (elements > Integer.MAX_VALUE - MARGIN) {
      throw new DeviceMemoryException(
          "%s: %d elements in a TornadoVM buffer, which holds at most 2^31; use smaller inputs"
              .formatted(model, elements),
          null);
    }
    return (int) elements;
  }

  DeviceProgram build(Plan plan) {
    int arenaSize = Math.max(1, size(plan.arenaBytes() / Float.BYTES));
    Map<String, Integer> inputs = new LinkedHashMap<>();
    Map<String, Integer> outputs = new LinkedHashMap<>();
    List<KernelCall> all = new ArrayList<>();
    int inputSize = 0;
    for (Map.Entry<String, Operand.Slot> input : plan.inputs().entrySet()) {
      int count = input.getValue().shape().elements();
      inputs.put(input.getKey(), inputSize);
      all.add(copy(KernelKind.LOAD, inputSize, at(input.getValue()), count));
      inputSize = size((long) inputSize + count);
    }
    all.addAll(calls);
    int outputSize = 0;
    for (Map.Entry<String, Operand> output : plan.outputs().entrySet()) {
      if (output.getValue() instanceof Operand.Slot slot) {
        int count = slot.shape().elements();
        outputs.put(output.getKey(), outputSize);
        all.add(copy(KernelKind.STORE, at(slot), outputSize, count));
        outputSize = size((long) outputSize + count);
      }
    }
    return new DeviceProgram(
        all,
        Arrays.copyOf(constants, constantCount),
        Arrays.copyOf(tables, Math.max(1, tableCount)),
        inputs,
        outputs,
        new DeviceProgram.Sizes(
            Math.max(1, inputSize), Math.max(1, outputSize), arenaSize, codesSize),
        Collections.unmodifiableList(counted));
  }

  private static KernelCall copy(KernelKind kind, int from, int to, int count) {
    return KernelCall.line(kind, new int[] {count, 1, from, to, Math.max(1, count), 1, 1}, count);
  }
}
