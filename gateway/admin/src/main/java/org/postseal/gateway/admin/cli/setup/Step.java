package org.postseal.gateway.admin.cli.setup;

import java.util.function.BooleanSupplier;

/**
 * Describes one step of a setup.
 *
 * @param what what it makes, as the plan says it
 * @param isDone whether its result is there already
 * @param work makes it; the step may have been interrupted before
 */
record Step(String what, BooleanSupplier isDone, Runnable work) {}
