/// What every reference system shares: the contract that it meets, and a run of it from deployment
/// to report. It talks to a cloud through public clients only.
@NullMarked
package dev.terrarium.systems;

import org.jspecify.annotations.NullMarked;
