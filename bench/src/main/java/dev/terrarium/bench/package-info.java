/// Measurements that anyone can rerun: `bench/run`. Every figure is taken beside what it is
/// compared with, in the same run, and reported as a ratio, since machines differ and are shared.
@NullMarked
package dev.terrarium.bench;

import org.jspecify.annotations.NullMarked;
