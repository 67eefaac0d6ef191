namespace CreditGrains.Engine.Storage;

/// <summary>Why a store refused; whether trying again helps depends on it.</summary>
public enum StoreFault
{
    /// <summary>The store cannot be reached, or the disk reports errors; trying again later may help.</summary>
    Unavailable = 0,

    /// <summary>No space is left; it goes on by itself once there is.</summary>
    Full,

    /// <summary>File, folder or file system may not be written.</summary>
    ReadOnly,

    /// <summary>Another process holds the store, or too many callers wait; trying again helps.</summary>
    Busy,

    /// <summary>The data is damaged, or is not a store: restore a backup.</summary>
    Corrupt,

    /// <summary>The data was written by a newer program.</summary>
    NewerSchema,

    /// <summary>The caller's view is outdated: read again.</summary>
    Conflict,
}
