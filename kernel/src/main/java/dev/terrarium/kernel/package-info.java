/// What every service stands on: the cloud, calls, signals, faults, meter and the contracts by
/// which a service's package plugs in. Knows no service.
@NullMarked
package dev.terrarium.kernel;

import org.jspecify.annotations.NullMarked;
