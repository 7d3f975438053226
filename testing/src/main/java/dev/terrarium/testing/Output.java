package dev.terrarium.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A parameter of type `String` that becomes an output of a stack that [Deploy] made.
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Output {
  /// The output's name, or `stack.name` if several stacks have one of that name.
  String value();
}
