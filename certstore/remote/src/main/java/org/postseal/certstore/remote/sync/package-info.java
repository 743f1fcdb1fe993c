/**
 * Mirrors a directory server into the own database. A method ({@code usnChanged}, {@code dirSync}, {@code syncrepl}, {@code full}) asks the server what has changed since
 * the kept position and hands it to the {@link org.postseal.certstore.remote.sync.DirectoryMirror} in batches; the position moves only with, or after, what it stands for. So
 * whatever is interrupted is done again, and doing it again changes nothing.
 */
@NullMarked
package org.postseal.certstore.remote.sync;

import org.jspecify.annotations.NullMarked;
