package dev.terrarium.testkit;

import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// Feeds a `@Seeded` test.
final class Seeds implements ArgumentsProvider {
  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    var chosen = System.getProperty("seed");
    var tries = context.getRequiredTestMethod().getAnnotation(Seeded.class).tries();
    var seeds =
        chosen == null
            ? new Random().longs(tries, 0, Long.MAX_VALUE)
            : LongStream.of(Long.parseLong(chosen));
    return seeds.mapToObj(Seed::new).map(Arguments::of);
  }
}
