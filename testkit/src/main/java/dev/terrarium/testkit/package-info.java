/// What our own tests share: seeds and contract suites. Never on a main class path.
@NullMarked
package dev.terrarium.testkit;

import org.jspecify.annotations.NullMarked;
