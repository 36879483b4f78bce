package fp8sim.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.analysis.LayerNoise;
import fp8sim.analysis.QuantizationAdvice;
import fp8sim.analysis.QuantizerEffect;
import fp8sim.common.JsonFile;
import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.LayerInfo;
import fp8sim.engine.Network;
import fp8sim.eval.Evaluation;
import fp8sim.eval.FloatBaseline;
import fp8sim.eval.OutputComparison;
import fp8sim.eval.Samples;
import fp8sim.eval.ScoreFields;
import fp8sim.eval.Scores;
import fp8sim.run.RunSpec;
import fp8sim.tensor.Tensor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Scores one point of a sweep: its network against the same model in float32. */
final class SweepTrial implements Sweep.Trial {
  /** Layers are compared with float32 on so many samples. */
  private static final int LAYER_SAMPLES = 8;

  private final PlannedPoints points;
  private final SweepCache cache;
  private final SweepAdvice advice;
  private final Progress.Meter meter;

  /**
   * A trial for all points of a plan.
   *
   * @param advice is told what hurts points
   * @param meter counts images
   */
  SweepTrial(PlannedPoints points, SweepCache cache, SweepAdvice advice, Progress.Meter meter) {
    this.points = points;
    this.cache = cache;
    this.advice = advice;
    this.meter = meter;
  }

  @Override
  public Sweep.Outcome run(Point point) {
    RunSpec spec = points.spec(point);
    Dataset dataset = cache.dataset(spec);
    CountingMeter counter = new CountingMeter(meter);
    try {
      Blueprint floating = spec.network(spec.numerics().withoutQuantizers());
      FloatBaseline reference = cache.baseline(spec, floating);
      Blueprint network = cache.prepared(spec);
      FloatBaseline.Comparison comparison = reference.compare();
      Evaluation.Outcome outcome = evaluate(spec, network, comparison, counter);
      JsonObject scores = scores(outcome.scores(), reference, comparison);
      List<Map<String, Tensor>> samples = Samples.first(dataset, LAYER_SAMPLES, network);
      addMacs(scores, Inspection.of(network, samples.getFirst()));
      cache.tell(spec, reference);
      List<LayerNoise> layers = LayerNoise.measure(network, floating, samples);
      addLayers(scores, layers);
      advise(point, network, samples.getFirst(), layers);
      return new Sweep.Outcome(scores, timing(spec, outcome, network));
    } finally {
      counter.completeTo(dataset.size());
    }
  }

  private Evaluation.Outcome evaluate(
      RunSpec spec,
      Blueprint blueprint,
      FloatBaseline.Comparison comparison,
      CountingMeter counter) {
    try (Network network = blueprint.open()) {
      Evaluation.Outcome outcome =
          cache.evaluation(spec, network).run(cache.dataset(spec), comparison, counter);
      cache.tell(network.notes());
      return outcome;
    }
  }

  private void advise(
      Point point, Blueprint network, Map<String, Tensor> sample, List<LayerNoise> layers) {
    if (network.numerics().quantizes()) {
      QuantizationAdvice found =
          new QuantizationAdvice(network.numerics(), QuantizerEffect.of(network, List.of(sample)));
      found.clipping().ifPresent(line -> advice.add(point, line));
      found.noise(layers).ifPresent(line -> advice.add(point, line));
    }
  }

  private static JsonObject scores(
      Scores scores, FloatBaseline reference, FloatBaseline.Comparison comparison) {
    JsonObject json = ScoreFields.of(scores);
    OutputComparison nearness = comparison.nearness();
    json.addProperty("agreement", nearness.agreement());
    json.add("agreementInterval95", nearness.interval95().toJson());
    if (scores.isKnown()) {
      json.addProperty("float32Top1", reference.scores().top1());
    } else {
      json.add("cosine", JsonFile.number(nearness.cosine()));
    }
    if (scores.isLanguageModel()) {
      json.add("float32Perplexity", JsonFile.number(reference.scores().perplexity()));
    }
    json.add("logitSqnr", JsonFile.number(nearness.sqnr()));
    return json;
  }

  private static void addMacs(JsonObject scores, Inspection inspection) {
    JsonObject byMultiplier = new JsonObject();
    for (LayerInfo layer : inspection.layers()) {
      if (layer.macs() > 0) {
        String multiplier = inspection.multiplier(layer);
        long before = byMultiplier.has(multiplier) ? byMultiplier.get(multiplier).getAsLong() : 0;
        byMultiplier.addProperty(multiplier, before + layer.macs());
      }
    }
    scores.addProperty("macs", inspection.macs());
    scores.add("macsByMultiplier", byMultiplier);
    scores.add("units", UnitUse.toJson(UnitUse.of(inspection)));
  }

  private static void addLayers(JsonObject scores, List<LayerNoise> layers) {
    scores.add("meanSqnr", JsonFile.number(LayerNoise.mean(layers)));
    LayerNoise worst =
        layers.stream().min(Comparator.comparingDouble(LayerNoise::sqnr)).orElse(null);
    if (worst != null) {
      scores.add("worstSqnr", JsonFile.number(worst.sqnr()));
      scores.addProperty("worstLayer", worst.layer());
    }
    JsonArray all = new JsonArray();
    for (LayerNoise layer : layers) {
      JsonObject json = new JsonObject();
      json.addProperty("layer", layer.layer());
      json.add("sqnr", JsonFile.number(layer.sqnr()));
      all.add(json);
    }
    scores.add("layers", all);
  }

  private static JsonObject timing(RunSpec spec, Evaluation.Outcome outcome, Blueprint network) {
    JsonObject json = new JsonObject();
    json.addProperty("seconds", outcome.seconds());
    json.addProperty("imagesPerSecond", outcome.imagesPerSecond());
    json.addProperty("backend", network.backend());
    json.addProperty("device", network.device().name());
    json.addProperty("threads", spec.threads());
    json.addProperty("host", host());
    json.addProperty("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    json.addProperty("java", Runtime.version().toString());
    json.addProperty("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return json;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Counts along, so that a point that fails still advances by all its images. */
  private static final class CountingMeter implements Progress.Meter {
    private final Progress.Meter meter;
    private long done;

    CountingMeter(Progress.Meter meter) {
      this.meter = meter;
    }

    @Override
    public void advance(long steps) {
      done += steps;
      meter.advance(steps);
    }

    void completeTo(long steps) {
      meter.advance(steps - done);
      done = steps;
    }

    @Override
    public void close() {}
  }
}
