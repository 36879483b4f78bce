package fp8sim.kernel.tornado.lower;

import fp8sim.graph.Op;
import fp8sim.kernel.tornado.device.DeviceWindow;
import fp8sim.kernel.tornado.device.GroupedConvolutionKernel;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.MatrixGeometry;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.plan.WindowGeometry;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Matrix products and convolutions in float32. */
final class ProductLowering {
  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;

  ProductLowering(ProgramBuilder program, EpilogueLowering epilogues) {
    this.program = program;
    this.epilogues = epilogues;
  }

  void convolution(Step step, Op.Conv op) {
    Shape x = step.input(0).shape();
    Shape weight = step.input(1).shape();
    WindowGeometry window = WindowGeometry.of(op.window(), x, step.output().shape());
    List<int[]> bias = convolutionBias(step, window.positions());
    if (op.group() > 1) {
      int[] geometry = grouped(step, op, window);
      geometry[GroupedConvolutionKernel.WEIGHTS] = at(step.input(1));
      geometry[DeviceWindow.INPUT] = at(step.input(0));
      epilogues.add(
          step,
          geometry,
          DeviceWindow.EPILOGUE,
          bias,
          complete ->
              KernelCall.line(
                  KernelKind.GROUPED_CONVOLUTION, complete, geometry[DeviceWindow.COUNT]));
      return;
    }
    int[] geometry =
        MatrixLowering.convolution(program, window, x.dim(0), x.dim(1), weight.dim(0), 1);
    addMatrix(step, step.input(1), step.input(0), geometry, 1, bias);
  }

  /** Each part of the output is a convolution of its own, see {@link TransposedWindow}. */
  void transposedConvolution(Step step, Op.ConvTranspose op) {
    Shape x = step.input(0).shape();
    Operand.Constant weight = (Operand.Constant) step.input(1);
    int filters = weight.shape().dim(1);
    TransposedWindow window =
        new TransposedWindow(WindowGeometry.of(op.window(), step.output().shape(), x), x.dim(1));
    List<int[]> bias = convolutionBias(step, window.pixels());
    float[] values = weight.tensor().toFloats();
    Step part = epilogues.bare(step);
    for (TransposedWindow.Part p : window.parts()) {
      int[] geometry = p.geometry(program, x.dim(0), filters);
      int terms = geometry[MatrixGeometry.TERMS];
      float[] packed = new float[filters * terms];
      for (int i = 0; i < packed.length; i++) {
        packed[i] = values[p.weight(i / terms, i % terms, filters)];
      }
      geometry[MatrixGeometry.LEFT] = program.addConstants(packed);
      geometry[MatrixGeometry.RIGHT] = at(step.input(0));
      addMatrix(part, KernelKind.CONVOLUTION, geometry, 1, bias);
    }
    epilogues.addAfter(step);
  }

  /** The bias of a convolution. */
  List<int[]> convolutionBias(Step step, int pixels) {
    return step.optionalInput(2) instanceof Operand.Constant bias
        ? List.of(epilogues.bias(bias.tensor().toFloats(), pixels))
        : List.of();
  }

  /** The geometry of a grouped convolution without weights and input. */
  int[] grouped(Step step, Op.Conv op, WindowGeometry window) {
    Shape x = step.input(0).shape();
    int filters = step.input(1).shape().dim(0);
    int[] geometry =
        DeviceWindow.of(step, window, program.at(step.output()), GroupedConvolutionKernel.SIZE);
    geometry[GroupedConvolutionKernel.FILTERS] = filters;
    geometry[GroupedConvolutionKernel.GROUP_FILTERS] = filters / op.group();
    geometry[GroupedConvolutionKernel.GROUP_CHANNELS] = x.dim(1) / op.group();
    geometry[GroupedConvolutionKernel.CHANNELS] = x.dim(1);
    return geometry;
  }

  void gemm(Step step, Op.Gemm op) {
    MatrixLowering matrix =
        MatrixLowering.ofGemm(
            step.input(0).shape(), step.input(1).shape(), op.transA(), op.transB());
    addMatrix(step, step.input(0), step.input(1), matrix.geometry(program), 1, afterGemm(step, op));
  }

  /** Alpha, and beta times the addend. */
  List<int[]> afterGemm(Step step, Op.Gemm op) {
    List<int[]> operations = new ArrayList<>();
    if (op.alpha() != 1) {
      operations.add(epilogues.scale(op.alpha()));
    }
    if (step.optionalInput(2) instanceof Operand.Constant addend) {
      float[] values = addend.tensor().toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] *= op.beta();
      }
      Shape y = step.output().shape();
      boolean perRow = addend.shape().rank() == 2 && addend.shape().dim(1) == 1;
      operations.add(epilogues.bias(values, perRow ? y.dim(1) : 1));
    }
    return operations;
  }

  void matMul(Step step, Op.MatMul op) {
    MatrixLowering matrix =
        MatrixLowering.ofMatMul(
            step.input(0).shape(), step.input(1).shape(), step.output().shape(), op.transB());
    int[] geometry = matrix.geometry(program);
    addMatrix(step, step.input(0), step.input(1), geometry, matrix.count(), List.of());
  }

  private void addMatrix(
      Step step, Operand left, Operand right, int[] geometry, int count, List<int[]> before) {
    geometry[MatrixGeometry.LEFT] = at(left);
    geometry[MatrixGeometry.RIGHT] = at(right);
    KernelKind kind =
        left instanceof Operand.Constant
            ? KernelKind.CONVOLUTION
            : right instanceof Operand.Constant ? KernelKind.LINEAR : KernelKind.MATRIX_PRODUCT;
    addMatrix(step, kind, geometry, count, before);
  }

  private void addMatrix(
      Step step, KernelKind kind, int[] geometry, int count, List<int[]> before) {
    geometry[MatrixGeometry.RESULT] = program.at(step.output());
    int rowTiles = (geometry[MatrixGeometry.ROWS] + MatrixGeometry.SIDE - 1) / MatrixGeometry.SIDE;
    epilogues.add(
        step,
        geometry,
        MatrixGeometry.EPILOGUE,
        before,
        complete ->
            KernelCall.tiles(kind, complete, rowTiles, geometry[MatrixGeometry.COLUMNS], count));
  }

  private int at(Operand operand) {
    return switch (operand) {
      case Operand.Constant constant -> program.addConstant(constant.tensor());
      case Operand.Slot slot -> program.at(slot);
    };
  }
}
