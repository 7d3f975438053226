package dev.terrarium.app.torture;

import java.util.function.BooleanSupplier;

/// One kind of work, and what must be true of it after every kill.
///
/// Each thread keeps what it tried apart from what was acknowledged: a call that was cut off may or
/// may not have happened, an acknowledged one has.
interface Load {
  /// Makes what the work needs. Once, before the first kill.
  void prepare(Clients clients);

  /// Works until told to stop or until a call fails because the process is gone.
  void run(Clients clients, BooleanSupplier goesOn);

  /// How many writes were acknowledged so far.
  int acknowledged();

  /// Looks at everything after a restart, while nobody works.
  void check(Clients clients);
}
