package fp8sim.kernel.tornado;

import fp8sim.kernel.Device;
import fp8sim.kernel.Session;
import fp8sim.kernel.tornado.device.DeviceProgram;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A plan on a device. Sessions of other batch sizes may share the compiled network. */
final class TornadoSession implements Session {
  private final Plan plan;
  private final DeviceProgram program;
  private final DeviceNetwork network;
  private final QuantizerTable quantizers;
  private final Device device;
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();

  TornadoSession(
      Plan plan,
      DeviceProgram program,
      DeviceNetwork network,
      QuantizerTable quantizers,
      Device device) {
    this.plan = plan;
    this.program = program;
    this.network = network;
    this.quantizers = quantizers;
    this.device = device;
    plan.outputs()
        .forEach(
            (name, operand) ->
                outputs.put(
                    name,
                    operand instanceof Operand.Constant constant
                        ? constant.tensor()
                        : Tensor.zeros(DataType.FLOAT, operand.shape())));
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    plan.inputs()
        .forEach(
            (name, slot) -> {
              Tensor given = inputs.get(name);
              if (given == null
                  || given.type() != slot.dataType()
                  || !given.shape().equals(slot.shape())) {
                throw new IllegalArgumentException(
                    "input " + name + " needs " + slot.dataType() + " " + slot.shape());
              }
            });
    network.run(program, quantizers, inputs, outputs);
    return outputs;
  }

  /** How long the kernels of the last run took on the device. */
  long kernelNanos() {
    return network.kernelNanos();
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public void close() {
    network.close();
  }
}
