/// Terrarium in a test: a whole cloud in the test's own JVM, forked for every test, with the clock
/// in the test's hands.
///
/// [TerrariumTest] is the JUnit extension; [TestCloud] is the same without JUnit.
@NullMarked
package dev.terrarium.testing;

import org.jspecify.annotations.NullMarked;
