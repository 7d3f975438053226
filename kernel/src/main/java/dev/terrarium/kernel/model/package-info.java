/// What the SDK's own metadata says about a service: its operations and their shapes.
@NullMarked
package dev.terrarium.kernel.model;

import org.jspecify.annotations.NullMarked;
