package dev.terrarium.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A parameter of type [java.net.URI] that becomes the address at which the test's cloud listens:
/// for code that makes its own clients. Any credentials are right.
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Endpoint {}
