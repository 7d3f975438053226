package dev.terrarium.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives each test of a class a cloud of its own.
///
/// Methods may take, as parameters: any client interface of the SDK, synchronous or asynchronous,
/// whose service Terrarium has and whose module is on the class path; [TestClock]; [History];
/// [TestCloud] itself; an [Endpoint]; an [Output] of a deployed stack.
///
/// What `@BeforeAll` and [Deploy] make is there in every test, but what a test makes is seen by no
/// other: tests work on forks, which cost next to nothing. With [#shared] they all work on one.
///
/// ```java
/// @TerrariumTest
/// class OrdersTest {
///   @Test
///   void anOrderWaitsForADay(SqsClient sqs, TestClock clock) { … }
/// }
/// ```
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(TerrariumExtension.class)
public @interface TerrariumTest {
  /// Whether all tests of the class share one cloud instead.
  boolean shared() default false;

  /// When the clock stands at the beginning, as `2026-01-01T00:00:00Z`; it then stands until it is
  /// moved. If empty, it runs with the machine's.
  String now() default "";

  /// The account of clients.
  String account() default "000000000000";

  /// The region of clients.
  String region() default "us-east-1";
}
