/** JMH benchmarks; {@code mvn -q -Pbenchmark -Dbenchmark=NAME test} runs them. */
@NullMarked
package fp8sim.benchmark;

import org.jspecify.annotations.NullMarked;
