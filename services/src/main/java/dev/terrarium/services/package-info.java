/// The AWS services, a package each. None knows another: they meet through the SDK's client
/// interfaces.
@NullMarked
package dev.terrarium.services;

import org.jspecify.annotations.NullMarked;
