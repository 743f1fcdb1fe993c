/**
 * Mirrors a directory server into our own database. A method ({@code usnChanged}, {@code dirSync}, {@code syncrepl},
 * {@code full}) asks the server what has changed since the kept position. It hands the changes to the {@link
 * org.postseal.certstore.remote.sync.DirectoryMirror} in batches. The position moves only with, or after, the changes
 * it stands for. So whatever is interrupted is done again, and doing it again changes nothing.
 */
@NullMarked
package org.postseal.certstore.remote.sync;

import org.jspecify.annotations.NullMarked;
