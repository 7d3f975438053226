package dev.terrarium.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// A test that must hold for every seed. It takes a `Random` made from the seed and nothing else
/// that varies, so the seed in the test's name is all that is needed to see a failure again:
/// `-Dseed=42` runs that one alone.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ParameterizedTest(name = "seed {0}")
@ArgumentsSource(Seeds.class)
@ExtendWith(SeedReporter.class)
public @interface Seeded {
  /// How many seeds to try.
  int tries() default 100;
}
