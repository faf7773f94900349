//! What `-C` says: the layout of text, and how to ask.

use crate::{
    cli::flags::{self, Flag},
    codec::Version,
    config::number,
    operation::{Repetitions, TableMethod},
    output::rows::Style,
    tool::ToolError,
};

/// Rows that net-snmp asks for, one after the other or at once, without `-Cr`.
const ROWS: u32 = 10;

/// The smallest number that `-Cc` takes.
const COLUMN_WIDTH_MIN: i64 = 3;

/// The flags of `-C`, read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Layout {
    style: Style,
    /// `-CB`.
    avoids_bulk: bool,
    /// `-Cr`.
    repetitions: Option<i64>,
}

impl Layout {
    /// Reads the flags; of several of a letter, the last one counts, and each has to make sense.
    ///
    /// # Errors
    ///
    /// [`ToolError::Usage`] with net-snmp's words.
    pub(super) fn new(flags: &[Flag]) -> Result<Self, ToolError> {
        let given = |letter| flags::given(flags, letter);
        let least = |letter, least: fn(i64) -> bool| {
            let mut last = None;
            for flag in flags.iter().filter(|flag| flag.letter == letter) {
                let text = flag.argument.as_encoded_bytes();
                let number = number::signed(text, 10).value;
                if !least(number) {
                    let text = String::from_utf8_lossy(text);
                    return Err(ToolError::Usage(format!("Bad -C{letter} option: {text}")));
                }
                last = Some(number);
            }
            Ok(last)
        };
        let separator = flags.iter().rev().find(|flag| flag.letter == 'f');
        let column_width = least('c', |number| number >= COLUMN_WIDTH_MIN)?;
        Ok(Self {
            style: Style {
                brief: given('b'),
                headings_only: given('h'),
                no_headings: given('H'),
                index: given('i'),
                left: given('l'),
                column_width: column_width.map(|width| usize::try_from(width).unwrap_or(usize::MAX)),
                width: least('w', |number| number != 0)?,
                // net-snmp hands it to printf as part of a format.
                separator: separator.map(|flag| flag.argument.to_string_lossy().replace("%%", "%")),
                page_rows: None,
                by_first_column: true,
                unreadable: Vec::new(),
            },
            avoids_bulk: given('B'),
            repetitions: least('r', |number| number != 0)?,
        })
    }

    /// Refuses what GETBULK cannot do; for agents in a version that has it.
    ///
    /// # Errors
    ///
    /// [`ToolError::Rejected`] with net-snmp's words for a number of rows below 0.
    pub(super) fn check_bulk(&self) -> Result<(), ToolError> {
        if !self.avoids_bulk && self.repetitions.is_some_and(|number| number < 0) {
            return Err(ToolError::Rejected(vec!["snmptable: Bad value for max-repetitions".to_owned()]));
        }
        Ok(())
    }

    /// How to ask.
    pub(super) fn method(&self, version: Version) -> TableMethod {
        if self.avoids_bulk || version == Version::V1 {
            return TableMethod::GetNext;
        }
        TableMethod::GetBulk(match self.repetitions {
            None => Repetitions::Adaptive,
            Some(number) => {
                let number = number.clamp(0, i64::from(i32::MAX));
                Repetitions::Fixed(u32::try_from(number).unwrap_or(0))
            }
        })
    }

    /// `-Ch`.
    pub(super) const fn headings_only(&self) -> bool {
        self.style.headings_only
    }

    /// How to lay text out. Without GETBULK, net-snmp prints some rows before it asks for more of them, unless it has to
    /// know how wide the columns are.
    pub(super) fn style(&self, method: TableMethod) -> Style {
        let knows_all = self.style.width.is_some() && self.style.column_width.is_none();
        let rows = self.repetitions.unwrap_or(i64::from(ROWS));
        let pages = method == TableMethod::GetNext && !knows_all;
        let page_rows = pages.then(|| usize::try_from(rows).unwrap_or(usize::MAX));
        Style { page_rows, ..self.style.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(texts: &[&str]) -> Result<Layout, ToolError> {
        let flags: Vec<Flag> =
            texts.iter().map(|text| Flag::parse(std::ffi::OsStr::new(text)).unwrap()).collect();
        Layout::new(&flags)
    }

    #[test]
    fn numbers_are_read_as_c_reads_them_and_those_that_make_no_sense_are_refused() {
        let style = layout(&["w80", "c12x", "w-5", "f%%", "i"]).unwrap().style;
        assert_eq!((style.width, style.column_width), (Some(-5), Some(12)));
        assert_eq!(style.separator.as_deref(), Some("%"));
        assert!(style.index && !style.brief);
        for (flags, words) in [
            (&["w0"][..], "Bad -Cw option: 0"),
            (&["wide"], "Bad -Cw option: ide"),
            (&["w80", "w", "w70"], "Bad -Cw option: "),
            (&["c2"], "Bad -Cc option: 2"),
            (&["c-12"], "Bad -Cc option: -12"),
            (&["r0"], "Bad -Cr option: 0"),
        ] {
            assert_eq!(layout(flags), Err(ToolError::Usage(words.to_owned())), "{flags:?}");
        }
    }

    #[test]
    fn rows_are_aligned_some_at_a_time_where_there_is_no_getbulk() {
        for (flags, version, rows) in [
            (&[][..], Version::V2c, None),
            (&[], Version::V1, Some(10)),
            (&["B"], Version::V2c, Some(10)),
            (&["B", "r3"], Version::V2c, Some(3)),
            (&["B", "w80"], Version::V2c, None),
            (&["B", "w80", "c9"], Version::V2c, Some(10)),
            (&["r3"], Version::V2c, None),
        ] {
            let layout = layout(flags).unwrap();
            let method = layout.method(version);
            assert_eq!(layout.style(method).page_rows, rows, "{flags:?}");
        }
        assert_eq!(
            layout(&["r3"]).unwrap().method(Version::V2c),
            TableMethod::GetBulk(Repetitions::Fixed(3))
        );
        assert!(layout(&["r-3"]).unwrap().check_bulk().is_err());
        assert_eq!(layout(&["r-3", "B"]).unwrap().check_bulk(), Ok(()));
    }
}
