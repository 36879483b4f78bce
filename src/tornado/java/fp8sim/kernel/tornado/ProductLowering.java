package fp8sim.kernel.tornado;

import fp8sim.graph.Conv;
import fp8sim.graph.Gemm;
import fp8sim.graph.MatMul;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
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

  void convolution(Step step, Conv op) {
    Shape x = step.input(0).shape();
    Shape weight = step.input(1).shape();
    WindowGeometry window = WindowGeometry.of(op.window(), x, step.output().shape());
    List<int[]> bias = convolutionBias(step, window);
    if (op.group() > 1) {
      int[] geometry = grouped(step, op, window);
      geometry[GroupedConvolutionKernel.WEIGHTS] = at(step.input(1));
      geometry[GroupedConvolutionKernel.INPUT] = at(step.input(0));
      epilogues.add(
          step,
          geometry,
          GroupedConvolutionKernel.EPILOGUE,
          bias,
          complete ->
              KernelCall.line(
                  KernelKind.GROUPED_CONVOLUTION,
                  complete,
                  geometry[GroupedConvolutionKernel.COUNT]));
      return;
    }
    int[] geometry = MatrixLowering.convolution(program, window, x.dim(0), x.dim(1), weight.dim(0));
    addMatrix(step, step.input(1), step.input(0), geometry, 1, bias);
  }

  /** The bias of a convolution. */
  List<int[]> convolutionBias(Step step, WindowGeometry window) {
    return step.optionalInput(2) instanceof Operand.Constant bias
        ? List.of(epilogues.bias(bias.tensor().toFloats(), window.pixels()))
        : List.of();
  }

  /** The geometry of a grouped convolution without weights and input. */
  int[] grouped(Step step, Conv op, WindowGeometry window) {
    Shape x = step.input(0).shape();
    int filters = step.input(1).shape().dim(0);
    int[] geometry = new int[GroupedConvolutionKernel.SIZE];
    geometry[GroupedConvolutionKernel.COUNT] = step.output().shape().elements();
    geometry[GroupedConvolutionKernel.OUTPUT] = program.at(step.output());
    geometry[GroupedConvolutionKernel.FILTERS] = filters;
    geometry[GroupedConvolutionKernel.GROUP_FILTERS] = filters / op.group();
    geometry[GroupedConvolutionKernel.GROUP_CHANNELS] = x.dim(1) / op.group();
    geometry[GroupedConvolutionKernel.CHANNELS] = x.dim(1);
    geometry[GroupedConvolutionKernel.HEIGHT] = window.height();
    geometry[GroupedConvolutionKernel.WIDTH] = window.width();
    geometry[GroupedConvolutionKernel.OUTPUT_HEIGHT] = window.outputHeight();
    geometry[GroupedConvolutionKernel.OUTPUT_WIDTH] = window.outputWidth();
    geometry[GroupedConvolutionKernel.KERNEL_Y] = window.kernelY();
    geometry[GroupedConvolutionKernel.KERNEL_X] = window.kernelX();
    geometry[GroupedConvolutionKernel.STRIDE_Y] = window.strideY();
    geometry[GroupedConvolutionKernel.STRIDE_X] = window.strideX();
    geometry[GroupedConvolutionKernel.DILATION_Y] = window.dilationY();
    geometry[GroupedConvolutionKernel.DILATION_X] = window.dilationX();
    geometry[GroupedConvolutionKernel.PAD_Y] = window.padY();
    geometry[GroupedConvolutionKernel.PAD_X] = window.padX();
    return geometry;
  }

  void gemm(Step step, Gemm op) {
    MatrixLowering matrix =
        MatrixLowering.ofGemm(
            step.input(0).shape(), step.input(1).shape(), op.transA(), op.transB());
    addMatrix(step, step.input(0), step.input(1), matrix.geometry(program), 1, afterGemm(step, op));
  }

  /** Alpha, and beta times the addend. */
  List<int[]> afterGemm(Step step, Gemm op) {
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

  void matMul(Step step, MatMul op) {
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
    geometry[MatrixGeometry.RESULT] = program.at(step.output());
    int rowTiles = (geometry[MatrixGeometry.ROWS] + MatrixGeometry.SIDE - 1) / MatrixGeometry.SIDE;
    KernelKind kind =
        left instanceof Operand.Constant
            ? KernelKind.CONVOLUTION
            : right instanceof Operand.Constant ? KernelKind.LINEAR : KernelKind.MATRIX_PRODUCT;
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
