package dev.terrarium.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Deploys a CloudFormation or SAM template before the tests of a class, once, together with the
/// local code that it names (`CodeUri: target/classes`), as `aws cloudformation package` and
/// `deploy` would. Several are deployed in their order.
///
/// Needs the SDK's modules for CloudFormation, S3 and STS on the class path, and those of the
/// services whose resources the template has.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Deploy.All.class)
public @interface Deploy {
  /// The template's file, from the folder in which the tests run.
  String value();

  /// The stack's name; the file's name without its ending if empty.
  String stack() default "";

  /// The template's parameters, each as `Name=value`.
  String[] parameters() default {};

  /// Several of them.
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {
    /// In the order of deployment.
    Deploy[] value();
  }
}
