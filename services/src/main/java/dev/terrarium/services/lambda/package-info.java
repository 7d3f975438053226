/// Lambda: functions, versions, aliases and layers; invocation, direct and asynchronous; event
/// source mappings and function URLs.
///
/// Functions really run: Java inside this JVM (a class loader per sandbox) or in a process, Python,
/// Node and `provided` in processes of their own that speak the Lambda Runtime API.
///
/// The way of an invocation: [Invocations] finds the version, [Dispatcher] gives it a [Sandbox] of
/// the version's pool and writes the log lines around it. [AsyncEvents] does the same for events
/// that are kept in the store until they have been handled.
///
/// Where the host cannot do what AWS's microVMs do: there is no network of a function's own (a
/// `VpcConfig` is kept and shown), `/tmp` is the host's, memory limits a JVM's heap and Node's but
/// not Python's, and a share of CPU is not enforced.
@NullMarked
package dev.terrarium.services.lambda;

import org.jspecify.annotations.NullMarked;
